using ModelGen.Plots;

namespace ModelGen.Runs;

/// <summary>How a run is started.</summary>
public sealed record RunSettings
{
    /// <summary>The run's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The seed of weights, batches and everything else random; the same seed gives the same run.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Whether to resume from the newest checkpoint; otherwise an earlier run's files are moved aside.</summary>
    public bool IsResumed { get; init; }

    /// <summary>The name of the device, such as <c>cpu</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Whether to evaluate the model after training, which can take minutes.</summary>
    public bool IsEvaluated { get; init; } = true;

    /// <summary>The file that defines the model; the folder gets a copy.</summary>
    public required string Spec { get; init; }

    /// <summary>The file of the recipe by which it is trained, of which the folder gets a copy as well; null for none.</summary>
    public string? Recipe { get; init; }

    /// <summary>The files that define the other models that the recipe uses, such as a teacher; the folder gets copies.</summary>
    public IReadOnlyList<string> UsedSpecs { get; init; } = [];

    /// <summary>What <c>curves.png</c> shows; null for what the objective is known by.</summary>
    public CurveSettings? Curves { get; init; }

    /// <summary>
    /// The names of the files that the program itself writes after training. They belong to the run: an earlier run's are moved aside with
    /// it, and those from before a resume are deleted.
    /// </summary>
    public IReadOnlyList<string> Results { get; init; } = [];

    /// <summary>The files of which the folder gets copies.</summary>
    internal IReadOnlyList<string> KeptFiles => [Spec, .. Recipe is null ? Array.Empty<string>() : [Recipe], .. UsedSpecs];
}
