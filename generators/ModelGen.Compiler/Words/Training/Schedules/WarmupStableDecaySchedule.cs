using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Training.Schedules;

internal sealed class WarmupStableDecaySchedule() : Schedule("warmup-stable-decay", "a linear rise over the warm-up, then the peak, and at the end of the run an exponential fall to the floor: Hu et al. 2024, MiniCPM", Warmup, Decay, LowestRate)
{
    private static readonly DurationParameter Decay = new("decay", "how long the fall takes") { IsRequired = true };

    private static readonly NumberParameter LowestRate = new("floor", "the learning rate at the end") { Range = Language.Range.Positive, Absent = "a tenth of the peak" };

    public override string Record => "WarmupStableDecaySchedule";

    public override string Example => "warmup-stable-decay: { warmup: 100 steps, decay: 200 steps, floor: 2e-5 }";
}
