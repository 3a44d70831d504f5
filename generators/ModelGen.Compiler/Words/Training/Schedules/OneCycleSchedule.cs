using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Training.Schedules;

internal sealed class OneCycleSchedule()
    : Schedule(
        "one-cycle",
        "half a cosine up to the peak and one down, over the whole run: Smith and Topin 2018, in the form of PyTorch's OneCycleLR; only "
            + "the learning rate changes",
        PctStart,
        DivFactor,
        FinalDivFactor
    )
{
    private static readonly Language.Range AtLeastOne = new(1, float.MaxValue);

    private static readonly NumberParameter PctStart = new("pct-start", "the fraction of the run in which the learning rate rises")
    {
        Range = new(0, 1, ExcludesMinimum: true, ExcludesMaximum: true),
        Default = 0.3,
    };

    private static readonly NumberParameter DivFactor = new("div-factor", "the peak learning rate divided by the initial one")
    {
        Range = AtLeastOne,
        Default = 25,
    };

    private static readonly NumberParameter FinalDivFactor = new("final-div-factor", "the initial learning rate divided by the final one")
    {
        Range = AtLeastOne,
        Default = 1e4,
    };

    public override string Record => "OneCycleSchedule";

    public override string Example => "one-cycle: { pct-start: 0.25, div-factor: 10, final-div-factor: 1000 }";
}
