namespace ModelGen.Compiler.Words.Training.Schedules;

internal sealed class LinearSchedule()
    : Schedule(
        "linear",
        "a linear rise over the warm-up, then a straight line from the peak to the floor: Devlin et al. 2019",
        Warmup,
        Floor
    )
{
    public override string Record => "LinearSchedule";

    public override string Example => "linear: { warmup: 100 steps, floor: 1e-5 }";
}
