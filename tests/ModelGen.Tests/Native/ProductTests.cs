using System.Runtime.InteropServices;
using ModelGen.Native;
using static TorchSharp.torch;

namespace ModelGen.Tests.Native;

public sealed class ProductTests
{
    public static TheoryData<bool> Libraries => OneDnnProduct.IsPossible ? new() { false, true } : new() { false };

    [Theory]
    [MemberData(nameof(Libraries))]
    public void TheSelfTestFindsNoFault(bool isOneDnn)
    {
        using var forced = Force(isOneDnn);
        Assert.True(ProductSelfTest.IsRight());
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void ProductsAreThoseOfFloat64(bool isOneDnn)
    {
        using var forced = Force(isOneDnn);
        var random = new Random(7);
        for (var i = 0; i < 400; i++)
        {
            using var scope = NewDisposeScope();
            manual_seed(i).Dispose();
            var (rows, depth, columns) = (Size(random), Size(random), Size(random));
            var left = random.Next(2) == 0 ? randn(rows, depth) : randn(depth, rows).t();
            var right = random.Next(2) == 0 ? randn(depth, columns) : randn(columns, depth).t();
            if (random.Next(4) == 0)
            {
                left = randn(rows, depth + 5).narrow(1, 3, depth); // rows that do not follow each other
            }

            Assert.InRange(Distance(mm(left, right), mm(left.to(float64), right.to(float64))), 0, 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void GradientsAreThoseOfFloat64(bool isOneDnn)
    {
        using var forced = Force(isOneDnn);
        using var scope = NewDisposeScope();
        manual_seed(1).Dispose();
        var (x, weight, bias) = (randn(2, 150, 130), randn(170, 130), randn(170));
        var single = Gradients(x, weight, bias);
        var exact = Gradients(x.to(float64), weight.to(float64), bias.to(float64));
        Assert.All(single.Zip(exact), static pair => Assert.InRange(Distance(pair.First, pair.Second), 0, 1e-5));
    }

    [Fact]
    public void LargeProductsAreOneDnnsAndSmallOnesAndOtherTypesRemainLibtorchs()
    {
        if (!OneDnnProduct.IsPossible)
        {
            return;
        }

        using var scope = NewDisposeScope();
        manual_seed(2).Dispose();
        var (left, right) = (randn(301, 203), randn(203, 307));
        Tensor[] Results() =>
            [
                mm(left, right),
                mm(left.narrow(0, 0, 9), right),
                mm(left.to(float64), right.to(float64)),
                mm(left.to(bfloat16), right.to(bfloat16)),
            ];
        Tensor[] libtorchs,
            ours;
        using (Force(isOneDnn: false))
        {
            libtorchs = Results();
        }

        using (Force(isOneDnn: true))
        {
            ours = Results();
        }

        Assert.All(libtorchs[1..].Zip(ours[1..]), static pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
        Assert.Equal(libtorchs.Select(static each => each.dtype), ours.Select(static each => each.dtype));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void MatricesWithoutElementsHaveEmptyOrZeroProducts(bool isOneDnn)
    {
        using var forced = Force(isOneDnn);
        using var scope = NewDisposeScope();
        Assert.Equal([0, 3], mm(zeros(0, 2), zeros(2, 3)).shape);
        Assert.Equal([3, 0], mm(zeros(3, 2), zeros(2, 0)).shape);
        Assert.Equal([0, 0, 0, 0], mm(zeros(2, 0), zeros(0, 2)).data<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void WhatDoesNotFitIsRefused(bool isOneDnn)
    {
        using var forced = Force(isOneDnn);
        using var scope = NewDisposeScope();
        var (left, right) = (zeros(300, 200), zeros(201, 300));
        Assert.Contains("300x200 and 201x300", Assert.ThrowsAny<Exception>(() => mm(left, right)).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => mm(left, zeros(200)));
        Assert.ThrowsAny<Exception>(() => mm(left, zeros([200, 300], dtype: float64)));
    }

    [Fact]
    public unsafe void LibtorchCallsItsProductsFromAPlaceThatIsFound()
    {
        var library = NativeLibrary.Load("torch_cpu", typeof(TorchSharp.torch).Assembly, null);
        Assert.True(ImportedFunction.Find(library, "no_such_function") is null);
        var place = ImportedFunction.Find(library, "sgemm_");
        Assert.Equal(OneDnnProduct.IsPossible, place is not null);
        if (place is null)
        {
            return;
        }

        using var onednn = Force(isOneDnn: true);
        var ours = *place;
        using (Force(isOneDnn: false))
        {
            Assert.Equal(NativeLibrary.GetExport(library, "sgemm_"), *place);
        }

        Assert.Equal(ours, *place);
    }

    [Theory]
    [InlineData("libtorch", nameof(ProductKernel.Libtorch))]
    [InlineData("onednn", nameof(ProductKernel.OneDnn))]
    public void TheVariableOverridesTheChoice(string value, string expected)
    {
        using var restored = ProductKernels.Force(ProductKernels.Chosen);
        WithVariable(value, () =>
        {
            if (value == "onednn" && !OneDnnProduct.IsPossible)
            {
                Assert.Contains("Linux", Assert.Throws<ModelGenException>(ProductKernels.Choose).Message, StringComparison.Ordinal);
                return;
            }

            ProductKernels.Choose();
            Assert.Equal(expected, ProductKernels.Chosen.ToString());
        });
    }

    [Fact]
    public void AnotherValueOfTheVariableIsRefused() =>
        WithVariable("mkl", static () =>
            Assert.Equal(
                "The environment variable MODELGEN_PRODUCTS is 'mkl'; set it to 'libtorch' or 'onednn', or leave it unset to have ModelGen "
                    + "choose by the processor.",
                Assert.Throws<ModelGenException>(ProductKernels.Choose).Message
            )
        );

    private static IDisposable Force(bool isOneDnn) => ProductKernels.Force(isOneDnn ? ProductKernel.OneDnn : ProductKernel.Libtorch);

    private static void WithVariable(string value, Action action)
    {
        var before = Environment.GetEnvironmentVariable(ProductKernels.Variable);
        Environment.SetEnvironmentVariable(ProductKernels.Variable, value);
        try
        {
            action();
        }
        finally
        {
            Environment.SetEnvironmentVariable(ProductKernels.Variable, before);
        }
    }

    private static long Size(Random random) =>
        random.Next(3) switch
        {
            0 => random.Next(1, 9),
            1 => random.Next(1, 70),
            _ => random.Next(100, 500),
        };

    private static Tensor[] Gradients(Tensor x, Tensor weight, Tensor bias)
    {
        Tensor[] inputs = [x.detach().requires_grad_(), weight.detach().requires_grad_(), bias.detach().requires_grad_()];
        var result = nn.functional.linear(inputs[0], inputs[1]) + nn.functional.linear(inputs[0], inputs[1], inputs[2]);
        result.sin().sum().backward();
        return [result.detach(), .. inputs.Select(static input => input.grad!)];
    }

    private static double Distance(Tensor found, Tensor expected) =>
        ((found.to(float64) - expected).abs().max() / (1 + expected.abs().max())).item<double>();
}
