"""What the lesson pages compute: one network by hand, one neuron and its activation, and the perceptron."""
