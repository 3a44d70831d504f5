using ModelGen.Training;

namespace ModelGen.Runs;

/// <summary>
/// The ends of equal parts of a run, for an observer that acts a fixed number of times, however far apart the reports are and wherever the
/// run is resumed.
/// </summary>
internal sealed class Milestones(int count)
{
    private long _totalSteps;
    private long _passed;

    /// <summary>Skips the milestones that a resumed run has already passed.</summary>
    public void Start(TrainingStart start)
    {
        _totalSteps = start.TotalSteps;
        _passed = Behind(start.Step);
    }

    /// <summary>Whether the run has passed at least one milestone since the last call.</summary>
    public bool Pass(StepReport report)
    {
        var before = _passed;
        _passed = Behind(report.Step);
        return _passed != before;
    }

    /// <summary>Lets a run that has rolled back pass the later milestones again.</summary>
    public void GoBack(RollbackReport report) => _passed = Behind(report.ToStep);

    private long Behind(long step) => step * count / _totalSteps;
}
