using ModelGen.Compiler.Operations;

namespace ModelGen.EndToEnd.Tests.Graphs.Interpretation;

/// <summary>Rows that tokens, or their places in a sequence, stand for.</summary>
internal static class Positions
{
    public static void AddTo(Meanings meanings)
    {
        meanings.Add<Embed>(
            static (_, x) =>
            {
                var width = x[1].Shape[1];
                return new Grid([.. x[0].Shape, width]).Each((_, i) => x[1].Values[((long)x[0].Values[i / width] * width) + (i % width)]);
            }
        );
        meanings.Add<Presence>(static (op, x) => x[0].Each((token, _) => token == op.Padding ? 0 : 1));
        meanings.Add<Documents>(
            static (op, x) =>
                x[0]
                    .Each(
                        (_, i) =>
                        {
                            var length = x[0].Shape[1];
                            return Enumerable.Range(0, (int)(i % length) + 1).Count(t => x[0].Values[(i / length * length) + t] == op.End);
                        }
                    )
        );
        meanings.Add<LeadingRows>(
            static (_, x) =>
            {
                var (length, width) = (x[0].Shape[1], x[1].Shape[1]);
                return new Grid([length, width]).Each((_, i) => x[1].Values[i]);
            }
        );

        // Of two numbers side by side the first is the sine, the second the cosine.
        meanings.Add<SinusoidalPositions>(
            static (op, x) =>
                new Grid([x[0].Shape[1], op.Width]).Each(
                    (_, i) =>
                    {
                        var (t, place) = (i / op.Width, i % op.Width);
                        var angle = t / Math.Pow(10000, (place - (place % 2)) / (double)op.Width);
                        return place % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle);
                    }
                )
        );

        // Pair i is the elements 2i and 2i + 1, or i and i + width / 2.
        meanings.Add<RotaryTable>(
            static (op, x) =>
                new Grid([2, x[0].Shape[1], op.Width]).Each(
                    (_, i) =>
                    {
                        var (t, place) = (i / op.Width % x[0].Shape[1], i % op.Width);
                        var (pair, second) = op.PairsNeighbours ? (place / 2, place % 2) : (place % (op.Width / 2), place / (op.Width / 2));
                        var angle = t / op.Factor * Math.Pow(op.Base, -2.0 * pair / op.Width);
                        return i / op.Width < x[0].Shape[1] ? Math.Cos(angle) : Math.Sin(angle) * ((2 * second) - 1);
                    }
                )
        );
        meanings.Add<Rotary>(
            static (op, x) =>
            {
                var (length, width) = (x[0].Shape[2], x[0].Shape[3]);
                return x[0]
                    .Each(
                        (value, i) =>
                        {
                            var (t, place) = (i / width % length, i % width);
                            var other = op.PairsNeighbours ? place ^ 1 : (place + (width / 2)) % width;
                            var (cosine, sine) = (x[1].Values[(t * width) + place], x[1].Values[((length + t) * width) + place]);
                            return (value * cosine) + (x[0].Values[i - place + other] * sine);
                        }
                    );
            }
        );
    }
}
