namespace ModelGen.Cli.Plans;

/// <summary>How long a training takes, by some of its steps.</summary>
/// <param name="Step">The time of one step.</param>
/// <param name="Steps">All steps.</param>
internal sealed record PlannedTime(TimeSpan Step, long Steps);
