namespace ModelGen.Evaluation;

/// <summary>
/// How good each of several competitors is, from comparisons of two at a time (Bradley and Terry 1952, "Rank analysis of incomplete block
/// designs"): i beats j with the probability σ(s_i − s_j), and the scores are those under which what was seen is likeliest.
/// </summary>
/// <remarks>
/// <para>A tie is half a win for both. The scores are found by the MM algorithm (Hunter 2004, "MM algorithms for generalized Bradley–Terry
/// models", equation 3), which raises the likelihood with each iteration:
/// <code>γ_i ← W_i / Σ_j n_ij / (γ_i + γ_j),  s_i = ln γ_i</code>
/// with the wins W_i of i and the comparisons n_ij of i and j.</para>
/// <para>The likeliest scores are finite only if no competitors can be set apart that the others have never beaten (Ford 1957, "Solution of
/// a ranking problem from binary comparisons"); see <see cref="Unbeaten"/>.</para>
/// </remarks>
public sealed class BradleyTerryScores
{
    // By how much a win may differ from what the scores expect, as a share of all comparisons.
    private const double Tolerance = 1e-12;

    private BradleyTerryScores(double[] values, double[] errors, int[] unbeaten) =>
        (Values, StandardErrors, Unbeaten) = (values, errors, unbeaten);

    /// <summary>The scores s_i, whose mean is 0: logarithms of strengths. Empty where they are not finite.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>
    /// The standard error of each score: the roots of the diagonal of the inverse of the observed information, among scores whose mean is
    /// 0. A score ± 1.96 of them is its 95 % interval. Empty where the scores are not finite.
    /// </summary>
    public IReadOnlyList<double> StandardErrors { get; }

    /// <summary>
    /// The fewest competitors that none of the others has beaten or drawn with, so that a higher score for them is always likelier; empty
    /// where the scores are finite.
    /// </summary>
    public IReadOnlyList<int> Unbeaten { get; }

    /// <summary>Finds the scores.</summary>
    /// <param name="wins">How often the competitor of the row has beaten that of the column, with half a win for each tie; at least one
    /// competitor, and zeros on the diagonal.</param>
    /// <returns>The scores.</returns>
    /// <exception cref="ArgumentException">There are not as many columns as rows, no competitor, a number of wins below 0 or not finite, or
    /// someone has beaten themselves.</exception>
    public static BradleyTerryScores Of(double[,] wins)
    {
        ArgumentNullException.ThrowIfNull(wins);
        Check(wins);
        return FewestUnbeaten(wins) is { } unbeaten ? new([], [], unbeaten) : Estimate(wins);
    }

    private static void Check(double[,] wins)
    {
        var count = wins.GetLength(0);
        if (count == 0 || wins.GetLength(1) != count)
        {
            throw new ArgumentException(
                $"{count} competitors need as many columns, at least 1; there are {wins.GetLength(1)}.",
                nameof(wins)
            );
        }

        foreach (var number in wins)
        {
            if (!(number >= 0 && double.IsFinite(number)))
            {
                throw new ArgumentException($"A number of wins is 0 or more, not {number}.", nameof(wins));
            }
        }

        if (Enumerable.Range(0, count).Any(i => wins[i, i] != 0))
        {
            throw new ArgumentException("Nobody competes with themselves; the diagonal is 0.", nameof(wins));
        }
    }

    // Whoever beat someone in the group belongs to it, so that it is closed; one that is not everyone is unbeaten.
    private static int[]? FewestUnbeaten(double[,] wins)
    {
        var count = wins.GetLength(0);
        return Enumerable.Range(0, count).Select(Group).Where(group => group.Length < count).MinBy(static group => group.Length);

        int[] Group(int first)
        {
            var group = new SortedSet<int> { first };
            var open = new Stack<int>(group);
            while (open.TryPop(out var beaten))
            {
                foreach (var winner in Enumerable.Range(0, count).Where(other => wins[other, beaten] > 0 && group.Add(other)))
                {
                    open.Push(winner);
                }
            }

            return [.. group];
        }
    }

    private static BradleyTerryScores Estimate(double[,] wins)
    {
        var count = wins.GetLength(0);
        var all = wins.Cast<double>().Sum();
        var won = Enumerable.Range(0, count).Select(i => Enumerable.Range(0, count).Sum(j => wins[i, j])).ToArray();
        var strengths = Enumerable.Repeat(1.0, count).ToArray();
        double worst;
        do
        {
            worst = 0;
            var next = new double[count];
            for (var i = 0; i < count; i++)
            {
                // What i is expected to win is its strength times this.
                var sum = 0.0;
                for (var j = 0; j < count; j++)
                {
                    sum += j == i ? 0 : (wins[i, j] + wins[j, i]) / (strengths[i] + strengths[j]);
                }

                worst = Math.Max(worst, Math.Abs((strengths[i] * sum) - won[i]));
                next[i] = count == 1 ? 1 : won[i] / sum;
            }

            var mean = Math.Exp(next.Average(Math.Log));
            strengths = Array.ConvertAll(next, strength => strength / mean);
        } while (worst > Tolerance * all);

        return new(Array.ConvertAll(strengths, Math.Log), Errors(wins, strengths), []);
    }

    // The information Σ n_ij p_ij p_ji (e_i − e_j)(e_i − e_j)ᵀ says nothing of the mean of all scores. With 11ᵀ / k added it can be
    // inverted, and that taken from the inverse again leaves the covariance of scores whose mean is 0.
    private static double[] Errors(double[,] wins, double[] strengths)
    {
        var count = strengths.Length;
        var information = new double[count, count];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                var sum = strengths[i] + strengths[j];
                var known = i == j ? 0 : (wins[i, j] + wins[j, i]) * (strengths[i] / sum) * (strengths[j] / sum);
                information[i, i] += known;
                information[i, j] += (1.0 / count) - known;
            }
        }

        var inverse = Inverse(information);
        return [.. Enumerable.Range(0, count).Select(i => Math.Sqrt(Math.Max(0, inverse[i, i] - (1.0 / count))))];
    }

    // Gauss–Jordan; a positive definite matrix needs no other order of its rows.
    private static double[,] Inverse(double[,] matrix)
    {
        var count = matrix.GetLength(0);
        var (left, right) = ((double[,])matrix.Clone(), new double[count, count]);
        for (var i = 0; i < count; i++)
        {
            right[i, i] = 1;
        }

        for (var pivot = 0; pivot < count; pivot++)
        {
            Add(pivot, pivot, (1 / left[pivot, pivot]) - 1);
            for (var row = 0; row < count; row++)
            {
                if (row != pivot)
                {
                    Add(row, pivot, -left[row, pivot]);
                }
            }
        }

        return right;

        void Add(int row, int other, double factor)
        {
            for (var column = 0; column < count; column++)
            {
                left[row, column] += factor * left[other, column];
                right[row, column] += factor * right[other, column];
            }
        }
    }
}
