namespace ModelGen.Examples;

/// <summary>The folder that holds one run: spec, metrics, checkpoint and samples.</summary>
internal sealed class RunFolder(string path)
{
    private const string SpecName = "docs-gpt.model.yaml";

    public string Path { get; } = path;

    public string Checkpoint => Of("checkpoint.safetensors");

    public string Metrics => Of("metrics.jsonl");

    private string Samples => Of("samples.txt");

    private string Spec => Of(SpecName);

    /// <summary>Moves the files of an earlier run into <c>earlier-N/</c>, N being the first number that is free.</summary>
    /// <returns>The folder that they are in now; null where there was no earlier run.</returns>
    /// <exception cref="ModelGenException">The folder cannot be written.</exception>
    public string? MoveEarlierRunAside()
    {
        var files = new[] { Spec, Metrics, Checkpoint, Samples }.Where(File.Exists).ToList();

        if (files.Count == 0)
            return null;

        var number = 1;

        while (System.IO.Path.Exists(Of($"earlier-{number}")))
            number++;

        var earlier = Of($"earlier-{number}");

        Write(() =>
        {
            Directory.CreateDirectory(earlier);

            foreach (var file in files)
                File.Move(file, System.IO.Path.Combine(earlier, System.IO.Path.GetFileName(file)));
        });

        return earlier;
    }

    /// <summary>Creates the folder where it is missing and copies the spec into it, so that the run explains itself.</summary>
    /// <exception cref="ModelGenException">The folder cannot be written.</exception>
    public void WriteSpec() => Write(() =>
    {
        Directory.CreateDirectory(Path);
        File.Copy(System.IO.Path.Combine(AppContext.BaseDirectory, SpecName), Spec, overwrite: true);
    });

    /// <summary>Writes the samples.</summary>
    /// <exception cref="ModelGenException">The folder cannot be written.</exception>
    public void WriteSamples(string samples) => Write(() => File.WriteAllText(Samples, samples));

    private string Of(string name) => System.IO.Path.Combine(Path, name);

    private void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException(
                $"Cannot write the run into '{Path}': {exception.Message.TrimEnd('.')}; free some space, or choose another folder with --out.", exception);
        }
    }
}
