namespace ModelGen.Answers;

/// <summary>
/// Samples put together to rows that a model's context holds: the longest first, each into the fullest row that has room for it (best fit
/// decreasing, Johnson 1973).
/// </summary>
internal static class PackedSamples
{
    /// <summary>Packs samples of one sequence each.</summary>
    /// <param name="samples">The samples; none is longer than the context.</param>
    /// <param name="context">The most tokens of a row.</param>
    public static IReadOnlyList<AnswerSample> Of(IReadOnlyList<AnswerSample> samples, int context)
    {
        var rows = new List<List<AnswerSample>>();

        // Rows by the room that is left in them.
        var byRoom = new SortedDictionary<int, Stack<int>>();
        var rooms = new SortedSet<int>();
        foreach (var sample in samples.OrderByDescending(static sample => sample.Length))
        {
            var length = sample.Length;
            var fitting = rooms.GetViewBetween(length, int.MaxValue);
            int row,
                room;
            if (fitting.Count > 0)
            {
                room = fitting.Min;
                row = byRoom[room].Pop();
                if (byRoom[room].Count == 0)
                {
                    rooms.Remove(room);
                }
            }
            else
            {
                (row, room) = (rows.Count, context);
                rows.Add([]);
            }

            rows[row].Add(sample);
            room -= length;
            if (!byRoom.TryGetValue(room, out var same))
            {
                byRoom.Add(room, same = new Stack<int>());
            }

            same.Push(row);
            rooms.Add(room);
        }

        return [.. rows.Select(Joined)];
    }

    private static AnswerSample Joined(List<AnswerSample> row) =>
        new(
            row[0].Prompt,
            [
                new AnswerTokens(
                    [.. row.SelectMany(static sample => sample.Sequences[0].Tokens)],
                    [.. row.SelectMany(static sample => sample.Sequences[0].IsAnswer)]
                ),
            ],
            0
        );
}
