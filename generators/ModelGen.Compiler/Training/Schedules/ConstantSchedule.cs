using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Training;

internal sealed class ConstantSchedule() : Schedule("constant", "a linear rise over the warm-up, then the peak", Warmup)
{
    private static readonly DurationParameter Warmup = new("warmup", "how long the rise takes") { AllowsZero = true, Default = new Duration(0, "steps") };

    public override string CSharpType => "global::ModelGen.Training.ConstantSchedule";

    public override string Example => "constant: { warmup: 50 steps }";
}
