using ModelGen.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training.Guards;

/// <summary>What watches over a run, with what it has seen: leaps of the loss, and whether the model still gets better.</summary>
internal sealed class RunGuards(RollbackOptions? rollback, EarlyStoppingOptions? stopping) : IRunState
{
    /// <summary>The batches left out so far.</summary>
    public long Skipped { get; set; }

    /// <summary>How often the run has gone back.</summary>
    public long Rollbacks { get; set; }

    /// <summary>What looks for leaps of the loss; null where nothing does.</summary>
    public LossSpikes? Spikes { get; } = rollback is null ? null : new LossSpikes(rollback.Deviations);

    /// <summary>What ends the run early; null where nothing does.</summary>
    public EarlyStopping? Stopping { get; } = stopping is null ? null : new EarlyStopping(stopping);

    /// <summary>Whether the run has stopped getting better.</summary>
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
