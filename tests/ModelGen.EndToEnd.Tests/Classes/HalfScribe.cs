namespace ModelGen.EndToEnd.Tests.Classes;

/// <summary>A model in float16 whose weights start so large that the gradients of its first steps leave that range.</summary>
[Transformer(Precision = "float16"), NormalInitialiser(2)]
[Tokens(Context = 16)]
[NextToken]
[Training(Batch = 4, Duration = "100 steps", ClipNorm = 1.0), AdamW(3e-3)]
public partial class HalfScribe
{
    [Embed(16), Residual(nameof(Attend)), Residual(nameof(Think)), LayerNorm, Unembed]
    internal static partial LayerList NetworkLayers { get; }

    [LayerNorm, SelfAttention(2, Causal = true, Dropout = 0.1)]
    private static partial LayerList Attend { get; }

    [LayerNorm, Linear(32), Gelu, Linear(16)]
    private static partial LayerList Think { get; }
}
