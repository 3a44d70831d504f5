using System.Globalization;

namespace ModelGen.Training;

/// <summary>How far a run has come, beside its step and its tensors: what was skipped, and what its guards have seen.</summary>
internal sealed class RunProgress(TrainingOptions options)
{
    /// <summary>The batches left out so far.</summary>
    public long Skipped { get; set; }

    /// <summary>How often the run has gone back.</summary>
    public long Rollbacks { get; set; }

    /// <summary>What looks for leaps of the loss; null where nothing does.</summary>
    public LossSpikes? Spikes { get; } = options.Rollback is { } rollback ? new LossSpikes(rollback.Deviations) : null;

    /// <summary>What ends the run early; null where nothing does.</summary>
    public EarlyStopping? Stopping { get; } = options.EarlyStopping is { } stopping ? new EarlyStopping(stopping) : null;

    /// <summary>Whether the run has stopped getting better.</summary>
    public bool IsOver => Stopping is { IsOver: true };

    /// <summary>All of it as texts by name, for a checkpoint.</summary>
    public IReadOnlyDictionary<string, string> Save()
    {
        var state = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Spikes is not null)
        {
            state.Add("skipped", Text(Skipped));
            state.Add("rollbacks", Text(Rollbacks));
            Spikes.Save(state);
        }

        Stopping?.Save(state);
        return state;
    }

    /// <summary>Takes all of it from a checkpoint of a run with the same options.</summary>
    public void Load(IReadOnlyDictionary<string, string> state)
    {
        if (Spikes is not null)
        {
            Skipped = Whole(state, "skipped");
            Rollbacks = Whole(state, "rollbacks");
            Spikes.Load(state);
        }

        Stopping?.Load(state);
    }

    /// <summary>A number as a text that gives it back to the bit.</summary>
    public static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The number of that name.</summary>
    /// <exception cref="ModelGenException">There is none.</exception>
    public static double Number(IReadOnlyDictionary<string, string> state, string name) =>
        state.TryGetValue(name, out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new ModelGenException($"The checkpoint does not say how far its run had come: '{name}' is missing; use another copy of the file, or an older checkpoint.");

    /// <summary>The whole number of that name.</summary>
    /// <exception cref="ModelGenException">There is none.</exception>
    public static long Whole(IReadOnlyDictionary<string, string> state, string name) => (long)Number(state, name);
}
