namespace ModelGen.Compiler.Words.Training.Schedules;

internal sealed class ConstantSchedule() : Schedule("constant", "a linear rise over the warm-up, then the peak", Warmup)
{
    public override string Record => "ConstantSchedule";

    // A rise over the whole run may be intended.
    protected override bool GoesOn => false;

    public override string Example => "constant: { warmup: 50 steps }";
}
