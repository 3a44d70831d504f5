using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Layers;

internal sealed class MaxPoolLayer() : Pooling("max-pool", "the largest element under the window", isAverage: false);
