using System.Globalization;
using ModelGen.Cli.Tables;
using ModelGen.Runs;

namespace ModelGen.Cli.Runs;

/// <summary>What a run is, in words.</summary>
internal static class RunWords
{
    /// <summary>How far it is.</summary>
    public static string State(RecordedRun run) =>
        run.State switch
        {
            RunState.Running => "running",
            RunState.Finished => "finished",
            RunState.StoppedEarly => "stopped early",
            RunState.Stopped => "stopped",
            RunState.Crashed => "crashed",
            _ => run.Manifest is null ? "damaged" : "unknown",
        };

    /// <summary>The steps that are done, of all.</summary>
    public static string Steps(RecordedRun run) =>
        run.Step is { } step
            ? string.Create(CultureInfo.InvariantCulture, $"{step}{(run.Manifest!.TotalSteps is { } total ? $"/{total}" : "")}")
            : TextTable.Missing;

    /// <summary>When it began, UTC.</summary>
    public static string Started(RecordedRun run) =>
        run.Started?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? TextTable.Missing;
}
