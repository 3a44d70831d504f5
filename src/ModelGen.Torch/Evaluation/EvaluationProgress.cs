namespace ModelGen.Evaluation;

/// <summary>Receives the progress of an evaluation, and stops it when cancelled. This base class reports nothing.</summary>
/// <param name="cancellationToken">Cancels the evaluation.</param>
public class EvaluationProgress(CancellationToken cancellationToken = default)
{
    /// <summary>Cancels the evaluation.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Begins a part of the evaluation.</summary>
    /// <param name="part">What is measured or prepared, as shown to the user.</param>
    /// <exception cref="OperationCanceledException">The evaluation is cancelled.</exception>
    public void Begin(string part)
    {
        ArgumentException.ThrowIfNullOrEmpty(part);
        CancellationToken.ThrowIfCancellationRequested();
        OnBegin(part);
    }

    /// <summary>Advances within the part; parts that take no time need not call it.</summary>
    /// <param name="done">How many items are done.</param>
    /// <param name="total">The total number of items, at least 1.</param>
    /// <exception cref="OperationCanceledException">The evaluation is cancelled.</exception>
    public void Advance(long done, long total)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        CancellationToken.ThrowIfCancellationRequested();
        OnAdvance((double)done / total);
    }

    /// <summary>Called when a part begins.</summary>
    /// <param name="part">What is measured or prepared.</param>
    protected virtual void OnBegin(string part) { }

    /// <summary>Called when a part advances.</summary>
    /// <param name="share">The fraction done, from 0 to 1.</param>
    protected virtual void OnAdvance(double share) { }
}
