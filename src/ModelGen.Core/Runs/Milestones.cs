using ModelGen.Training;

namespace ModelGen.Runs;

/// <summary>
/// The ends of equal parts of a run, for an observer that does something a number of times: however many steps lie between reports, and
/// wherever a resumed run goes on.
/// </summary>
internal sealed class Milestones(int count)
{
    private long _totalSteps;
    private long _passed;

    /// <summary>Leaves out those that a resumed run has behind it.</summary>
    public void Start(TrainingStart start)
    {
        _totalSteps = start.TotalSteps;
        _passed = Behind(start.Step);
    }

    /// <summary>Whether the run has passed one, or several, since it was asked before.</summary>
    public bool Pass(StepReport report)
    {
        var before = _passed;
        _passed = Behind(report.Step);
        return _passed != before;
    }

    /// <summary>Lets a run that has gone back pass again those that came after.</summary>
    public void GoBack(RollbackReport report) => _passed = Behind(report.ToStep);

    private long Behind(long step) => step * count / _totalSteps;
}
