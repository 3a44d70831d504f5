namespace ModelGen.Compiler.Words.Training.Schedules;

internal sealed class CosineSchedule()
    : Schedule(
        "cosine",
        "a linear rise over the warm-up, then half a cosine from the peak to the floor: Loshchilov and Hutter 2017, without restarts",
        Warmup,
        Floor
    )
{
    public override string Record => "CosineSchedule";

    public override string Example => "cosine: { warmup: 100 steps, floor: 1e-4 }";
}
