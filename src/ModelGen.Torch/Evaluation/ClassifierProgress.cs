namespace ModelGen.Evaluation;

/// <summary>A part of a classifier's training is done.</summary>
/// <param name="Epoch">The passes over the training data made so far.</param>
/// <param name="Epochs">The passes in all.</param>
/// <param name="TrainLoss">The mean cross-entropy over the last pass, in nats.</param>
public sealed record ClassifierProgress(int Epoch, int Epochs, double TrainLoss);
