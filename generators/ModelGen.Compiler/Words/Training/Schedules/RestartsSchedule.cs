using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Training.Schedules;

internal sealed class RestartsSchedule()
    : Schedule(
        "restarts",
        "a linear rise over the warm-up, then half cosines from the peak to the floor, one after another: Loshchilov and Hutter 2017, SGDR",
        Warmup,
        Period,
        Factor,
        Floor
    )
{
    private static readonly DurationParameter Period = new("period", "the length of the first half cosine") { IsRequired = true };

    private static readonly IntegerParameter Factor = new("factor", "the length of each further half cosine relative to the previous one")
    {
        Default = 1,
        Maximum = 1000,
    };

    public override string Record => "RestartsSchedule";

    public override IEnumerable<Problem> Problems(Arguments arguments, double peak, string owner, Duration run)
    {
        var period = arguments.Get(Period);
        return base.Problems(arguments, peak, owner, run)
            .Concat(
                period.Amount > run.Amount && period.Covers(run)
                    ? [Problem.NoEffect(Period.Name, Word, $"the run of {run} ('duration') ends before its first period of {period}")]
                    : []
            );
    }

    public override string Example => "restarts: { warmup: 10 steps, period: 200 steps, factor: 2, floor: 1e-5 }";
}
