using ModelGen.RandomNumbers;

namespace ModelGen.Data;

/// <summary>
/// Small synthetic digits that look handwritten: data for trying out a model when there is no other. White strokes on black; shape, slant,
/// rotation, size, pen, pressure, position and grain vary from image to image.
/// </summary>
/// <remarks>
/// Uses only additions, multiplications, divisions and square roots, which IEEE 754 defines to the last bit, so a seed gives the same bytes
/// on every machine.
/// </remarks>
public static class DrawnDigits
{
    private const int Digits = 10;
    private const int PiecesPerSpan = 8;

    /// <summary>Draws digits.</summary>
    /// <param name="count">The number of images, at least 1. Image i shows the digit i mod 10, whatever the count.</param>
    /// <param name="seed">The seed; image i depends only on the seed, i and the size.</param>
    /// <param name="size">Height and width in pixels, at least 8.</param>
    /// <returns>Single-channel images with labels and the class names "0" to "9".</returns>
    public static ImageCollection Create(int count, ulong seed, int size = 28)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)count * size * size, Array.MaxLength, nameof(count));
        var pixels = new byte[count * size * size];
        var labels = new int[count];
        for (var image = 0; image < count; image++)
        {
            labels[image] = image % Digits;
            Draw(
                labels[image],
                CounterRandom.Bits(seed, CounterRandom.Stream.DrawnDigits, (ulong)image),
                size,
                pixels.AsSpan(image * size * size, size * size)
            );
        }

        return new ImageCollection(pixels, 1, size, size, labels, [.. Enumerable.Range(0, Digits).Select(static digit => $"{digit}")]);
    }

    private static void Draw(int digit, ulong key, int size, Span<byte> pixels)
    {
        var hand = new Hand(key);
        var shapes = DigitShapes.Of(digit);
        var shape = shapes[hand.Below(shapes.Count)];
        var points = Place(shape.Points, ref hand, size);

        // Pen and paper, in pixels from here on.
        var unit = size / 28.0;
        var radius = Math.Max(0.6, hand.Between(0.85, 1.55) * unit);
        var pressure = hand.Between(-0.25, 0.25);
        var ink = hand.Between(0.85, 1.0);
        var coverage = new double[size * size];
        foreach (var stroke in shape.Strokes)
        {
            DrawStroke(points, stroke, radius, pressure, coverage, size);
        }

        for (var place = 0; place < coverage.Length; place++)
        {
            if (coverage[place] == 0)
            {
                continue;
            }

            var grain = 1 - (0.12 * Math.Abs(hand.Normal()));
            pixels[place] = (byte)((255 * ink * coverage[place] * Math.Max(0, grain)) + 0.5);
        }
    }

    /// <summary>
    /// Maps control points from the unit square, y downwards, to pixels: jitters, scales, slants, rotates and moves them.
    /// </summary>
    private static (double X, double Y)[] Place(IReadOnlyList<(double X, double Y)> shape, ref Hand hand, int size)
    {
        var height = size * hand.Between(0.60, 0.76);
        var width = height * hand.Between(0.58, 0.88);
        var slant = hand.Between(-0.15, 0.38);

        // Cosine and sine of a rotation by up to 0.2 rad, from the tangent of half the angle.
        var half = hand.Between(-0.1, 0.1);
        var cosine = (1 - (half * half)) / (1 + (half * half));
        var sine = 2 * half / (1 + (half * half));
        var jitter = hand.Between(0.012, 0.045);
        var placed = new (double X, double Y)[shape.Count];
        for (var point = 0; point < placed.Length; point++)
        {
            var x = (shape[point].X - 0.5 + (jitter * hand.Normal())) * width;
            var y = (shape[point].Y - 0.5 + (jitter * hand.Normal())) * height;
            x -= slant * y;
            placed[point] = ((cosine * x) - (sine * y), (sine * x) + (cosine * y));
        }

        // Place the centre of the digit itself, not of its square, near the centre of the image.
        var middleX = (placed.Min(static point => point.X) + placed.Max(static point => point.X)) / 2;
        var middleY = (placed.Min(static point => point.Y) + placed.Max(static point => point.Y)) / 2;
        var atX = (size * (0.5 + hand.Between(-0.06, 0.06))) - middleX;
        var atY = (size * (0.5 + hand.Between(-0.05, 0.05))) - middleY;
        return Array.ConvertAll(placed, point => (point.X + atX, point.Y + atY));
    }

    /// <summary>
    /// Draws a Catmull-Rom spline through the points of a stroke as short straight pieces.
    /// </summary>
    private static void DrawStroke(
        (double X, double Y)[] points,
        IReadOnlyList<int> stroke,
        double radius,
        double pressure,
        double[] coverage,
        int size
    )
    {
        var closed = stroke[0] == stroke[^1];
        var spans = stroke.Count - 1;
        var previous = points[stroke[0]];
        for (var span = 0; span < spans; span++)
        {
            var from = points[stroke[span]];
            var to = points[stroke[span + 1]];
            var before =
                span > 0 ? points[stroke[span - 1]]
                : closed ? points[stroke[^2]]
                : from;
            var after =
                span + 2 < stroke.Count ? points[stroke[span + 2]]
                : closed ? points[stroke[1]]
                : to;
            for (var piece = 1; piece <= PiecesPerSpan; piece++)
            {
                var t = (double)piece / PiecesPerSpan;
                var point = (Spline(before.X, from.X, to.X, after.X, t), Spline(before.Y, from.Y, to.Y, after.Y, t));
                var along = ((span + t) / spans) - 0.5;
                DrawPiece(previous, point, radius * (1 + (2 * pressure * along)), coverage, size);
                previous = point;
            }
        }
    }

    private static double Spline(double before, double from, double to, double after, double t)
    {
        var startSlope = (to - before) / 2;
        var endSlope = (after - from) / 2;
        var change = to - from;
        return from
            + (t * (startSlope + (t * ((3 * change) - (2 * startSlope) - endSlope + (t * (startSlope + endSlope - (2 * change)))))));
    }

    /// <summary>Covers the pixels within the pen's radius of a straight piece, fading out over the last pixel.</summary>
    private static void DrawPiece((double X, double Y) from, (double X, double Y) to, double radius, double[] coverage, int size)
    {
        var reach = radius + 0.5;
        var firstRow = Math.Max(0, (int)(Math.Min(from.Y, to.Y) - reach));
        var lastRow = Math.Min(size - 1, (int)(Math.Max(from.Y, to.Y) + reach));
        var firstColumn = Math.Max(0, (int)(Math.Min(from.X, to.X) - reach));
        var lastColumn = Math.Min(size - 1, (int)(Math.Max(from.X, to.X) + reach));
        var (alongX, alongY) = (to.X - from.X, to.Y - from.Y);
        var square = (alongX * alongX) + (alongY * alongY);
        for (var row = firstRow; row <= lastRow; row++)
        {
            for (var column = firstColumn; column <= lastColumn; column++)
            {
                var (x, y) = (column + 0.5 - from.X, row + 0.5 - from.Y);
                var nearest = square > 0 ? Math.Clamp(((x * alongX) + (y * alongY)) / square, 0, 1) : 0;
                var (offX, offY) = (x - (nearest * alongX), y - (nearest * alongY));
                var covered = Math.Clamp(reach - Math.Sqrt((offX * offX) + (offY * offY)), 0, 1);
                coverage[(row * size) + column] = Math.Max(coverage[(row * size) + column], covered);
            }
        }
    }

    /// <summary>The random numbers of one image, in sequence.</summary>
    private struct Hand(ulong key)
    {
        private ulong _drawn;

        public double Between(double least, double most) => least + ((most - least) * Uniform());

        public int Below(int count) => (int)CounterRandom.Below(CounterRandom.Bits(key, CounterRandom.Stream.DrawnDigits, _drawn++), count);

        /// <summary>
        /// Approximately normal with mean 0 and standard deviation 1: the sum of four uniform numbers, which needs no logarithm.
        /// </summary>
        public double Normal() => (Uniform() + Uniform() + Uniform() + Uniform() - 2) * Math.Sqrt(3);

        private double Uniform() => CounterRandom.Uniform(key, CounterRandom.Stream.DrawnDigits, _drawn++);
    }
}
