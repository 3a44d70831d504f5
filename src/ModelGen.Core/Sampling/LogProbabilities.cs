namespace ModelGen.Sampling;

/// <summary>What a model's scores say of tokens: ln softmax(scores).</summary>
internal static class LogProbabilities
{
    /// <summary>The number that is subtracted from a score to get its log-probability: ln Σ exp(score).</summary>
    public static double Normaliser(ReadOnlySpan<float> scores)
    {
        var highest = float.NegativeInfinity;
        foreach (var score in scores)
        {
            highest = Math.Max(highest, score);
        }

        var sum = 0.0;
        foreach (var score in scores)
        {
            sum += Math.Exp(score - (double)highest);
        }

        return highest + Math.Log(sum);
    }

    /// <summary>The tokens with the highest scores, the highest first; of equal ones the lower id.</summary>
    public static int[] Likeliest(ReadOnlySpan<float> scores, int count) => Likeliest(scores, count, Enumerable.Range(0, scores.Length));

    /// <summary>Those of some tokens with the highest scores, the highest first; of equal ones the lower id.</summary>
    public static int[] Likeliest(ReadOnlySpan<float> scores, int count, IEnumerable<int> among)
    {
        if (count == 0)
        {
            return [];
        }

        var best = new PriorityQueue<int, (float Score, int Id)>();
        foreach (var token in among)
        {
            // What leaves first is the lowest score, and of equal ones the higher id.
            if (best.Count < count)
            {
                best.Enqueue(token, (scores[token], -token));
            }
            else if (best.TryPeek(out _, out var lowest) && scores[token] > lowest.Score)
            {
                _ = best.EnqueueDequeue(token, (scores[token], -token));
            }
        }

        var tokens = new int[best.Count];
        for (var i = tokens.Length - 1; i >= 0; i--)
        {
            tokens[i] = best.Dequeue();
        }

        return tokens;
    }
}
