using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Training;

internal sealed class CosineSchedule() : Schedule("cosine", "a linear rise over the warm-up, then half a cosine from the peak to the floor: Loshchilov and Hutter 2017, without restarts", Warmup, Floor)
{
    private static readonly DurationParameter Warmup = new("warmup", "how long the rise takes") { AllowsZero = true, Default = new Duration(0, "steps") };

    private static readonly NumberParameter Floor = new("floor", "the learning rate at the end") { Range = Language.Range.NonNegative, Default = 0 };

    public override string CSharpType => "global::ModelGen.Training.CosineSchedule";

    public override string Example => "cosine: { warmup: 100 steps, floor: 1e-4 }";
}
