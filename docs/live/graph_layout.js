// The graph of the demo, and where its parts stand: wide for a screen, tall for a phone.
// tools/live_graph.py reads the same numbers, for the still picture: keep the braces JSON.
export default {
  "graph": [
    { "name": "product", "sign": "×", "operation": "multiply", "from": ["w", "x"] },
    { "name": "total", "sign": "+", "operation": "add", "from": ["product", "b"] },
    { "name": "output", "sign": "tanh", "operation": "tanh", "from": ["total"] },
    { "name": "error", "sign": "−", "operation": "subtract", "from": ["output", "y"] },
    { "name": "loss", "sign": "( )²", "operation": "square", "from": ["error"] }
  ],
  "start": { "w": -1, "x": 1.5, "b": 0.5, "y": 1 },
  "radius": 23,
  "wide": {
    "size": [760, 280],
    "nodes": {
      "w": [36, 36], "x": [36, 184], "product": [168, 110], "b": [296, 244],
      "total": [296, 110], "output": [424, 110], "y": [552, 244], "error": [552, 110],
      "loss": [660, 110], "end": [752, 110]
    }
  },
  "tall": {
    "size": [340, 600],
    "nodes": {
      "w": [60, 30], "x": [280, 30], "product": [170, 120], "b": [310, 222],
      "total": [170, 222], "output": [170, 324], "y": [310, 426], "error": [170, 426],
      "loss": [170, 518], "end": [170, 594]
    }
  }
};
