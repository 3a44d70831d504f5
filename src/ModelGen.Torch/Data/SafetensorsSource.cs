namespace ModelGen.Data;

/// <summary>Tensors in safetensors files, as a recipe names them; see <see cref="TensorFiles.ReadSafetensors"/>.</summary>
public sealed record SafetensorsSource : TensorSource
{
    /// <summary>The file of the samples.</summary>
    public required string File { get; init; }

    /// <summary>The file of the samples to validate on; null to hold back some of the others.</summary>
    public string? Test { get; init; }

    private protected override (TensorCollection Training, TensorCollection? Test) ReadTensors(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var training = SourcePath.Read("data.safetensors", File, TensorFiles.ReadSafetensors);
        cancellation.ThrowIfCancellationRequested();
        return (training, Test is null ? null : SourcePath.Read("data.safetensors.test", Test, TensorFiles.ReadSafetensors));
    }
}
