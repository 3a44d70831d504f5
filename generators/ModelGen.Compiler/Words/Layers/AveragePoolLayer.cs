namespace ModelGen.Compiler.Words.Layers;

internal sealed class AveragePoolLayer()
    : Pooling("average-pool", "the mean of the elements under the window, padding counted as zeros", isAverage: true);
