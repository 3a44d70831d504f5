namespace ModelGen.Runs;

/// <summary>The start of a run, or a resume, up to its end.</summary>
/// <param name="Started">When it began, UTC.</param>
/// <param name="FromStep">The step that it began at.</param>
/// <param name="ToStep">The step that it ended at; null while it lasts, and where it was killed or failed.</param>
/// <param name="End">How it ended; null as for <paramref name="ToStep"/>.</param>
/// <param name="Environment">What it ran on: versions, device, machine.</param>
internal sealed record ManifestSession(
    DateTime Started,
    long FromStep,
    long? ToStep,
    RunState? End,
    IReadOnlyDictionary<string, string> Environment
);
