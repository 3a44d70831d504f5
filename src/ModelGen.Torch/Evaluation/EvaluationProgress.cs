namespace ModelGen.Evaluation;

/// <summary>Is told how far an evaluation is, and stops it where it is cancelled. This one tells nobody.</summary>
/// <param name="cancellationToken">Cancels the evaluation.</param>
public class EvaluationProgress(CancellationToken cancellationToken = default)
{
    /// <summary>Cancels the evaluation.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>A part of the evaluation begins.</summary>
    /// <param name="part">What is measured or made ready, as people read it.</param>
    /// <exception cref="OperationCanceledException">The evaluation is cancelled.</exception>
    public void Begin(string part)
    {
        ArgumentException.ThrowIfNullOrEmpty(part);
        CancellationToken.ThrowIfCancellationRequested();
        OnBegin(part);
    }

    /// <summary>So much of the part is done; parts that take no time need not say so.</summary>
    /// <param name="done">How many pieces of it.</param>
    /// <param name="total">Of how many, at least 1.</param>
    /// <exception cref="OperationCanceledException">The evaluation is cancelled.</exception>
    public void Advance(long done, long total)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        CancellationToken.ThrowIfCancellationRequested();
        OnAdvance((double)done / total);
    }

    /// <summary>A part begins.</summary>
    /// <param name="part">What is measured or made ready.</param>
    protected virtual void OnBegin(string part) { }

    /// <summary>A part goes on.</summary>
    /// <param name="share">How much of it is done, from 0 to 1.</param>
    protected virtual void OnAdvance(double share) { }
}
