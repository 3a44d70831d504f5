namespace ModelGen.Compiler.Words.Layers;

internal sealed class MaxPoolLayer() : Pooling("max-pool", "the largest element under the window", isAverage: false);
