using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Training.Schedules;

internal sealed class InverseSquareRootSchedule()
    : Schedule(
        "inverse-square-root",
        "a linear rise over the warm-up, then a decay with the inverse square root of the step, whatever the length of the run: Vaswani et "
            + "al. 2017",
        Warmup
    )
{
    // Without a warm-up the learning rate would halve within three steps, which nobody wants.
    private static new readonly DurationParameter Warmup = new("warmup", "how long the warm-up lasts") { IsRequired = true };

    public override string Record => "InverseSquareRootSchedule";

    public override string Example => "inverse-square-root: { warmup: 400 steps }";
}
