namespace ModelGen.EndToEnd.Tests.Classes;

/// <summary>The model of <c>scribe.model.yaml</c>, written as attributes.</summary>
[Transformer(Summary = "A very small GPT.")]
[Tokens(Context = 16)]
[NextToken]
[Training(Batch = 4, Duration = "1000 steps", ClipNorm = 1.0)]
[AdamW(3e-3, WeightDecay = 0.1, Betas = [0.9, 0.99]), CosineSchedule(Warmup = "50 steps", Floor = 3e-4)]
[Validation(Every = "250 steps", Batches = 2, Fraction = 0.2)]
[Sampling(Temperature = 0.8, TopK = 20)]
public partial class Scribe
{
    private const int Width = 16;

    [Embed(Width), Repeat(2, nameof(Block)), LayerNorm, Unembed]
    internal static partial LayerList NetworkLayers { get; }

    [Residual(nameof(Attend)), Residual(nameof(Think))]
    private static partial LayerList Block { get; }

    [LayerNorm, SelfAttention(2, Causal = true, Dropout = 0.1)]
    private static partial LayerList Attend { get; }

    [LayerNorm, Use(nameof(Mlp)), Dropout(0.1)]
    private static partial LayerList Think { get; }

    [Linear(2 * Width), Gelu, Linear(Width)]
    private static partial LayerList Mlp { get; }
}
