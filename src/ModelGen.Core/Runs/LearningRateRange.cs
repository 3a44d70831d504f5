namespace ModelGen.Runs;

/// <summary>The result of a <c>LearningRateRangeTest</c>.</summary>
/// <param name="Points">The steps in order, up to the one where the loss diverged.</param>
/// <param name="Suggestion">A tenth of the learning rate with the lowest smoothed loss; null if no rate reduced it.</param>
public sealed record LearningRateRange(IReadOnlyList<LearningRatePoint> Points, double? Suggestion);

/// <summary>One step of a <c>LearningRateRangeTest</c>.</summary>
/// <param name="LearningRate">The learning rate of the step.</param>
/// <param name="Loss">The loss of the step's batch, before the step.</param>
/// <param name="SmoothedLoss">Its running mean, over about a twentieth of the test's steps.</param>
public readonly record struct LearningRatePoint(double LearningRate, double Loss, double SmoothedLoss);
