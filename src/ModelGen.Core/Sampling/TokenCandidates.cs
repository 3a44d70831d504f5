namespace ModelGen.Sampling;

/// <summary>
/// The tokens that may come next, and how likely each is. Each rule keeps some of them; none sorts more of the vocabulary than it keeps.
/// Among equally likely tokens, the lower id counts as more likely.
/// </summary>
internal sealed class TokenCandidates
{
    // The likeliest are sorted this many at first, and then twice as many each time.
    private const int FirstSorted = 64;

    private int[] _tokens = [];
    private double[] _scores = [];
    private double[] _keys = [];
    private int _count;

    /// <summary>The ids of the tokens that are kept.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _count);

    /// <summary>The logit of each, or its probability after <see cref="ToProbabilities"/>.</summary>
    public ReadOnlySpan<double> Scores => _scores.AsSpan(0, _count);

    /// <summary>Begins with the whole vocabulary.</summary>
    /// <param name="logits">A logit per token, at least one.</param>
    /// <exception cref="ModelGenException">A logit is not finite.</exception>
    public void Begin(ReadOnlySpan<float> logits)
    {
        _count = logits.Length;
        if (_tokens.Length < _count)
        {
            (_tokens, _scores, _keys) = (new int[_count], new double[_count], new double[_count]);
        }

        for (var token = 0; token < _count; token++)
        {
            if (!float.IsFinite(logits[token]))
            {
                throw new ModelGenException(
                    $"The model's logit for token {token} is {logits[token]}; its weights are damaged or its training diverged, so "
                        + "use another checkpoint."
                );
            }

            (_tokens[token], _scores[token]) = (token, logits[token]);
        }
    }

    /// <summary>Makes a token less likely, before any rule: a penalty above 0 and a factor above 1 lower its logit.</summary>
    /// <param name="token">Its id.</param>
    /// <param name="factor">Divides a logit above 0, and multiplies one below.</param>
    /// <param name="penalty">Is subtracted then.</param>
    public void Penalise(int token, double factor, double penalty)
    {
        var logit = _scores[token];
        _scores[token] = (logit > 0 ? logit / factor : logit * factor) - penalty;
    }

    /// <summary>Adds to the logit of a token, before any rule.</summary>
    public void Add(int token, double bias)
    {
        if (token < _count)
        {
            _scores[token] += bias;
        }
    }

    /// <summary>Keeps some tokens, after what changes logits and before any other rule.</summary>
    /// <param name="tokens">The tokens, in order.</param>
    /// <param name="last">A token that is kept as well; null for none.</param>
    public void Keep(IEnumerable<int> tokens, int? last)
    {
        var count = _count;
        _count = 0;
        foreach (var token in tokens)
        {
            // The one that comes in between, in its place.
            if (last < token)
            {
                KeepOne(last.Value);
                last = null;
            }

            KeepOne(token);
        }

        if (last is { } end)
        {
            KeepOne(end);
        }

        void KeepOne(int token)
        {
            if (token < count)
            {
                (_tokens[_count], _scores[_count]) = (token, _scores[token]);
                _count++;
            }
        }
    }

    /// <summary>Leaves a token out, after what changes logits and before any other rule; the last one stays.</summary>
    public void LeaveOut(int token)
    {
        if (token < _count && _count > 1)
        {
            _count--;
            Array.Copy(_tokens, token + 1, _tokens, token, _count - token);
            Array.Copy(_scores, token + 1, _scores, token, _count - token);
        }
    }

    /// <summary>Keeps the likeliest token alone, with the probability 1.</summary>
    public void KeepLikeliest()
    {
        var best = 0;
        for (var i = 1; i < _count; i++)
        {
            if (_scores[i] > _scores[best])
            {
                best = i;
            }
        }

        (_tokens[0], _scores[0], _count) = (_tokens[best], 1, 1);
    }

    /// <summary>Keeps the likeliest tokens.</summary>
    /// <param name="count">How many, at least 1.</param>
    public void KeepTop(int count)
    {
        if (count < _count)
        {
            UseScoresAsKeys();
            Select(0, count);
            _count = count;
        }
    }

    /// <summary>softmax(scores / temperature) over the tokens that are kept.</summary>
    public void ToProbabilities(double temperature)
    {
        var highest = double.NegativeInfinity;
        foreach (var score in Scores)
        {
            highest = Math.Max(highest, score);
        }

        for (var i = 0; i < _count; i++)
        {
            _scores[i] = Math.Exp((_scores[i] - highest) / temperature);
        }

        Normalise();
    }

    /// <summary>Keeps the smallest set of likeliest tokens whose probabilities reach a sum.</summary>
    public void KeepNucleus(double sum)
    {
        UseScoresAsKeys();
        KeepUntil(sum);
    }

    /// <summary>Keeps the tokens that are at least this share as likely as the likeliest.</summary>
    public void KeepAtLeast(double share)
    {
        var highest = 0.0;
        foreach (var probability in Scores)
        {
            highest = Math.Max(highest, probability);
        }

        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            if (_scores[i] >= share * highest)
            {
                (_tokens[kept], _scores[kept]) = (_tokens[i], _scores[i]);
                kept++;
            }
        }

        _count = kept;
        Normalise();
    }

    /// <summary>
    /// Keeps the tokens whose information −ln p is nearest to its expectation, the entropy, until their probabilities reach a sum.
    /// </summary>
    public void KeepTypical(double sum)
    {
        var entropy = 0.0;
        foreach (var probability in Scores)
        {
            entropy -= probability > 0 ? probability * Math.Log(probability) : 0;
        }

        for (var i = 0; i < _count; i++)
        {
            _keys[i] = Math.Abs(Math.Log(_scores[i]) + entropy);
        }

        KeepUntil(sum);
    }

    private void UseScoresAsKeys()
    {
        for (var i = 0; i < _count; i++)
        {
            _keys[i] = -_scores[i];
        }
    }

    // Keeps the tokens with the lowest keys until their probabilities reach a sum.
    private void KeepUntil(double sum)
    {
        var (reached, kept, sorted) = (0.0, 0, 0);
        while (kept < _count && reached < sum)
        {
            if (kept == sorted)
            {
                var upTo = Math.Min(_count, Math.Max(FirstSorted, 2 * sorted));
                Select(sorted, upTo);
                Sort(sorted, upTo);
                sorted = upTo;
            }

            reached += _scores[kept++];
        }

        _count = kept;
        Normalise();
    }

    private void Normalise()
    {
        var sum = 0.0;
        foreach (var score in Scores)
        {
            sum += score;
        }

        for (var i = 0; i < _count; i++)
        {
            _scores[i] /= sum;
        }
    }

    // Reorders what follows `from` until the lowest keys are those before `to`: quickselect (Hoare 1961), with the median of three.
    private void Select(int from, int to)
    {
        var (low, high) = (from, _count - 1);
        while (low < high && to > low && to <= high)
        {
            var middle = low + ((high - low) / 2);
            if (Precedes(middle, low))
            {
                Swap(middle, low);
            }

            if (Precedes(high, low))
            {
                Swap(high, low);
            }

            if (Precedes(high, middle))
            {
                Swap(high, middle);
            }

            var (pivotKey, pivotToken) = (_keys[middle], _tokens[middle]);
            var (left, right) = (low, high);
            while (left <= right)
            {
                while (Compare(_keys[left], _tokens[left], pivotKey, pivotToken) < 0)
                {
                    left++;
                }

                while (Compare(_keys[right], _tokens[right], pivotKey, pivotToken) > 0)
                {
                    right--;
                }

                if (left <= right)
                {
                    Swap(left++, right--);
                }
            }

            if (to - 1 <= right)
            {
                high = right;
            }
            else if (to - 1 >= left)
            {
                low = left;
            }
            else
            {
                return;
            }
        }
    }

    private void Sort(int from, int to)
    {
        var order = new (double Key, int Token)[to - from];
        var scores = new double[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            (order[i], scores[i]) = ((_keys[from + i], _tokens[from + i]), _scores[from + i]);
        }

        Array.Sort(order, scores);
        for (var i = 0; i < order.Length; i++)
        {
            (_keys[from + i], _tokens[from + i], _scores[from + i]) = (order[i].Key, order[i].Token, scores[i]);
        }
    }

    private bool Precedes(int one, int other) => Compare(_keys[one], _tokens[one], _keys[other], _tokens[other]) < 0;

    private static int Compare(double key, int token, double otherKey, int otherToken) =>
        key < otherKey ? -1
        : key > otherKey ? 1
        : token.CompareTo(otherToken);

    private void Swap(int one, int other)
    {
        (_keys[one], _keys[other]) = (_keys[other], _keys[one]);
        (_tokens[one], _tokens[other]) = (_tokens[other], _tokens[one]);
        (_scores[one], _scores[other]) = (_scores[other], _scores[one]);
    }
}
