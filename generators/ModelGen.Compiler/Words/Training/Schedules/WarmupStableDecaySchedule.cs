using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Training.Schedules;

internal sealed class WarmupStableDecaySchedule()
    : Schedule(
        "warmup-stable-decay",
        "a linear rise over the warm-up, then the peak, and at the end of the run an exponential decay to the floor: Hu et al. 2024, "
            + "MiniCPM",
        Warmup,
        Decay,
        LowestRate
    )
{
    private static readonly DurationParameter Decay = new("decay", "how long the decay lasts") { IsRequired = true };

    private static readonly NumberParameter LowestRate = new("floor", "the learning rate at the end")
    {
        Range = Language.Range.Positive,
        Absent = "a tenth of the peak",
    };

    public override string Record => "WarmupStableDecaySchedule";

    public override IEnumerable<Problem> Problems(Arguments arguments, double peak, string owner, Duration run)
    {
        var (warmup, decay) = (arguments.Get(Warmup), arguments.Get(Decay));
        var rise = warmup.Unit == run.Unit ? warmup.Amount : 0;
        return base.Problems(arguments, peak, owner, run)
            .Concat(
                decay.Unit == run.Unit && rise < run.Amount && decay.Amount > run.Amount - rise
                    ?
                    [
                        Problem.OutOfRange(
                            Decay.Name,
                            $"{Word}.{Decay.Name}",
                            decay.ToString(),
                            $"at most {new Duration(run.Amount - rise, run.Unit)}, the part of 'duration' after the warm-up"
                        ),
                    ]
                    : []
            );
    }

    public override string Example => "warmup-stable-decay: { warmup: 100 steps, decay: 200 steps, floor: 2e-5 }";
}
