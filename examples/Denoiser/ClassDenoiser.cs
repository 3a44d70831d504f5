namespace ModelGen.Examples.Denoiser;

/// <summary>The model of denoiser.model.yaml, written as attributes.</summary>
[Network, Tensor(1, 64)]
[Loss(typeof(CharbonnierLoss), Arguments = [1e-3])]
[Metrics(typeof(SignalToNoise), Arguments = [2])]
[Training(Batch = 32, Duration = "8 epochs"), AdamW(3e-3), CosineSchedule(Warmup = "20 steps")]
[Validation(Every = "1 epochs", Batches = 4, Fraction = 0.2)]
internal sealed partial class ClassDenoiser
{
    [Conv(16, Kernel = 9, Padding = 4), Gelu, Residual(nameof(Mixed)), Conv(1, Kernel = 9, Padding = 4)]
    private static partial LayerList NetworkLayers { get; }

    [Module(typeof(Mixing), Arguments = [64, 96], Output = "[16, 96]"), Gelu]
    [Module(typeof(Mixing), Arguments = [96, 64], Output = "[16, 64]")]
    private static partial LayerList Mixed { get; }
}
