namespace ModelGen.Data;

/// <summary>Tensors in safetensors files, as named in a recipe; see <see cref="TensorFiles.ReadSafetensors"/>.</summary>
public sealed record SafetensorsSource : TensorSource
{
    /// <summary>The file with the samples.</summary>
    public required string File { get; init; }

    /// <summary>The file with the validation samples; null to hold back some of the training samples.</summary>
    public string? Test { get; init; }

    private protected override (TensorCollection Training, TensorCollection? Test) ReadTensors(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var training = SourcePath.Read("data.safetensors", File, TensorFiles.ReadSafetensors);
        cancellation.ThrowIfCancellationRequested();
        return (training, Test is null ? null : SourcePath.Read("data.safetensors.test", Test, TensorFiles.ReadSafetensors));
    }
}
