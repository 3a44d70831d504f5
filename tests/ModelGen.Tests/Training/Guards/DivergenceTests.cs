using System.Runtime.CompilerServices;
using ModelGen.Tests.Models;
using ModelGen.Training.Guards;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Tests.Training.Guards;

/// <summary>Models written by hand, which say nothing of places.</summary>
public class DivergenceTests
{
    [Fact]
    public void AModuleIsNamedWithoutAPlace()
    {
        using var model = new CharacterGpt();
        using (no_grad())
        {
            model.named_parameters().Single(static pair => pair.name == "_blocks.2._up.weight").parameter.fill_(double.NaN);
        }

        var found = Find(model)!;
        Assert.Equal(DivergenceOrigin.Weight, found.Origin);
        Assert.Equal("it began in the weight _blocks.2._up.weight, which is not finite", found.Sentence);
    }

    [Fact]
    public void WhatALayerGivesIsNamedByTheLayer()
    {
        using var model = new CharacterGpt();
        using (no_grad())
        {
            var parameters = model.named_parameters().ToDictionary(static pair => pair.name, static pair => pair.parameter);
            parameters["_blocks.1._up.bias"].fill_(1e30);
            parameters["_blocks.1._down.weight"].fill_(1e30);
        }

        var found = Find(model)!;
        Assert.Equal((DivergenceOrigin.Layer, "_blocks.1._down"), (found.Origin, found.Name));
        Assert.Equal("it began in _blocks.1._down", found.Sentence);
    }

    // The slope of the root at 0 is infinite; the layer after it has a gradient like any other.
    [Fact]
    public void AGradientIsThatOfTheLastLayerThatItReaches()
    {
        using var model = new Rooted();
        var found = Divergence.Find(model, () => model.call(ones(2, 3)).sum())!;
        Assert.Equal((DivergenceOrigin.Gradient, "second.bias"), (found.Origin, found.Name));
        Assert.Equal("it began in backward, in the gradient of second.bias; the loss is finite", found.Sentence);
    }

    [Fact]
    public void AHealthyModelHasNoneAndKeepsNoGradient()
    {
        using var model = new CharacterGpt();
        Assert.Null(Find(model));
        Assert.All(model.parameters(), static parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void TheModelForgetsTheSearch()
    {
        using var model = new Rooted();
        var search = Search(model);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.False(search.IsAlive);
        model.call(ones(2, 3)).Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Search(nn.Module model)
    {
        using var search = new DivergenceSearch(model);
        return new WeakReference(search);
    }

    private static Divergence? Find(CharacterGpt model) => Divergence.Find(model, () => model.call(zeros([2, 5], int64)).square().mean());

    private sealed class Rooted : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _first = nn.Linear(3, 3);
        private readonly Linear _second = nn.Linear(3, 3);
        private readonly Linear _third = nn.Linear(3, 1);

        public Rooted()
            : base(nameof(Rooted))
        {
            // In another order than they are called in.
            register_module("third", _third);
            register_module("second", _second);
            register_module("first", _first);
            using var noGrad = no_grad();
            _second.weight!.zero_();
            _second.bias!.zero_();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return _third.call(_second.call(_first.call(input)).sqrt()).MoveToOuterDisposeScope();
        }

        protected override void RegisterComponents() { }
    }
}
