namespace ModelGen.Evaluation;

/// <summary>Progress of a classifier's training.</summary>
/// <param name="Epoch">The number of completed epochs.</param>
/// <param name="Epochs">The total number of epochs.</param>
/// <param name="TrainLoss">The mean cross-entropy since the last report, in nats.</param>
public sealed record ClassifierProgress(int Epoch, int Epochs, double TrainLoss);
