namespace ModelGen.Runs;

/// <summary>How a run begins.</summary>
public sealed record RunSettings
{
    /// <summary>Its folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The seed of weights, batches and all else that is random; the same seed gives the same run.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Whether it goes on from its newest checkpoint; otherwise what an earlier run left there is moved aside.</summary>
    public bool IsResumed { get; init; }

    /// <summary>The device, by its word.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Whether the model is measured once it is trained; measuring can take minutes.</summary>
    public bool IsEvaluated { get; init; } = true;

    /// <summary>The file that the model was written in; a copy of it goes into the folder.</summary>
    public required string Spec { get; init; }

    /// <summary>What <c>curves.png</c> shows.</summary>
    public required CurveSettings Curves { get; init; }

    /// <summary>
    /// The names of the files that the program itself writes once the model is trained. They belong to the run: an earlier run's are moved
    /// with it, and those of before a resume are removed.
    /// </summary>
    public IReadOnlyList<string> Results { get; init; } = [];
}
