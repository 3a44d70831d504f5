using ModelGen.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training.Guards;

/// <summary>The guards of a run and their state: loss spikes, and whether the model still improves.</summary>
internal sealed class RunGuards(RollbackOptions? rollback, EarlyStoppingOptions? stopping) : IRunState
{
    /// <summary>The number of batches skipped so far.</summary>
    public long Skipped { get; set; }

    /// <summary>The number of rollbacks so far.</summary>
    public long Rollbacks { get; set; }

    /// <summary>Finds loss spikes; null if rollback is off.</summary>
    public LossSpikes? Spikes { get; } = rollback is null ? null : new LossSpikes(rollback.Deviations);

    /// <summary>Ends the run early; null if early stopping is off.</summary>
    public EarlyStopping? Stopping { get; } = stopping is null ? null : new EarlyStopping(stopping);

    /// <summary>Whether the model has stopped improving.</summary>
    public bool IsOver => Stopping is { IsOver: true };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; } = new Dictionary<string, Tensor>();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Texts
    {
        get
        {
            var texts = new Dictionary<string, string>(StringComparer.Ordinal);
            if (Spikes is not null)
            {
                texts.Add("skipped", StateText.Of(Skipped));
                texts.Add("rollbacks", StateText.Of(Rollbacks));
                Spikes.Save(texts);
            }

            Stopping?.Save(texts);
            return texts;
        }
    }

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, string> texts)
    {
        if (Spikes is not null)
        {
            Skipped = StateText.Whole(texts, "skipped");
            Rollbacks = StateText.Whole(texts, "rollbacks");
            Spikes.Load(texts);
        }

        Stopping?.Load(texts);
    }
}
