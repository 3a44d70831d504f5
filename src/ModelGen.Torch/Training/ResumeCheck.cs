using System.Globalization;
using ModelGen.Checkpoints;
using ModelGen.Native;
using ModelGen.Native.Convolutions;
using ModelGen.Training.Schedules;

namespace ModelGen.Training;

/// <summary>Checks whether a run would itself have produced a checkpoint.</summary>
internal sealed class ResumeCheck(
    Checkpoint checkpoint,
    Objective objective,
    ulong seed,
    RunIdentity identity,
    double[] learningRates,
    ScheduleOptions schedule,
    RunLength run
)
{
    /// <summary>The differences that change nothing, or only rounding.</summary>
    /// <returns>Sentences without their full stops.</returns>
    /// <exception cref="ModelGenException">The run would not have produced it; the message lists every difference.</exception>
    public IReadOnlyList<string> Notices()
    {
        var differences = Differences().ToList();
        if (differences.Count > 0)
        {
            throw new ModelGenException(
                $"The checkpoint '{checkpoint.Path}' does not belong to this run: {string.Join("; ", differences)}; resume it "
                    + "as it was started, or start a new run."
            );
        }

        return [.. Damaged(), .. Told()];
    }

    private IEnumerable<string> Differences()
    {
        if (checkpoint.ModelDifference(objective.Model, objective.Fingerprint) is { } model)
        {
            yield return $"it belongs to {model}";
        }

        if (checkpoint.DataFingerprint != objective.DataFingerprint)
        {
            yield return "it was trained on other data or another validation split "
                + $"({checkpoint.DataFingerprint[..Math.Min(8, checkpoint.DataFingerprint.Length)]} there, "
                + $"{objective.DataFingerprint[..Math.Min(8, objective.DataFingerprint.Length)]} here)";
        }

        if (checkpoint.Seed != seed)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"seed was {checkpoint.Seed} and is {seed}");
        }

        foreach (var name in Changed().Where(static name => name != RunIdentity.Duration))
        {
            yield return RunIdentity.Describe(name, checkpoint.Settings, identity.Settings);
        }

        if (checkpoint.Step > run.TotalSteps)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"it has made {checkpoint.Step} steps, but this run ends at step {run.TotalSteps}"
            );
        }
        else if (LengthChanged() && !IsSameSoFar())
        {
            yield return $"{Length()}, on which the learning rate of the steps already made depends";
        }
    }

    private IEnumerable<string> Damaged()
    {
        foreach (var damaged in checkpoint.Damaged)
        {
            yield return $"the checkpoint {damaged}; an older one is used, '{Path.GetFileName(checkpoint.Path)}'";
        }
    }

    private IEnumerable<string> Told()
    {
        if (LengthChanged())
        {
            yield return $"{Length()}; the steps already made are the same in both";
        }

        foreach (var name in RunIdentity.Differences(checkpoint.Environment, identity.Environment).Where(IsOfAccount))
        {
            yield return RunIdentity.Describe(name, checkpoint.Environment, identity.Environment)
                + ", so the rest of the run may round differently";
        }
    }

    // In a checkpoint without these entries, libtorch computed convolutions and products.
    private bool IsOfAccount(string name) =>
        name is not (RunIdentity.Convolutions or RunIdentity.Products)
        || checkpoint.Environment.ContainsKey(name)
        || identity.Environment.GetValueOrDefault(name) is { } library && library != "libtorch";

    private IReadOnlyList<string> Changed() => RunIdentity.Differences(checkpoint.Settings, identity.Settings);

    private bool LengthChanged() => Changed().Contains(RunIdentity.Duration);

    private string Length() => RunIdentity.Describe(RunIdentity.Duration, checkpoint.Settings, identity.Settings);

    private bool IsSameSoFar()
    {
        if (RunIdentity.TotalSteps(checkpoint.Settings) is not { } before)
        {
            return false;
        }

        var shorterOrLonger = run with { TotalSteps = before };
        for (long step = 0; step < checkpoint.Step; step++)
        {
            if (learningRates.Any(peak => schedule.LearningRate(peak, step, shorterOrLonger) != schedule.LearningRate(peak, step, run)))
            {
                return false;
            }
        }

        return true;
    }
}
