using SpotifyClientCredentials.Tests.Observe.Secrets;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>A caller that blocks the thread of a user interface, or of ASP.NET before Core, waits for nothing that needs this thread.</summary>
[Collection(NonParallel.Name)]
public sealed class SynchronizationContextTests
{
    public static TheoryData<string> Names => [.. Behaviours.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Behaviour_WithASynchronizationContext_NeverComesBackToIt(string behaviour)
    {
        await using ObservedApp app = await ObservedApp.StartAsync();
        ForeignContext context = new();

        await context.RunAsync(() => Behaviours.All[behaviour](app)).Within();

        Assert.Empty(context.Returned);
    }

    /// <summary>The context would hear of nothing, too, if the flow had left it at its first await.</summary>
    [Fact]
    public async Task ForeignContext_OfAwaitsThatComeBackToIt_NamesEach()
    {
        ForeignContext context = new();

        await context.RunAsync(ComeBackAfterLeavingAsync).Within();

        string name = Assert.Single(context.ReturnedIn(typeof(SynchronizationContextTests).Assembly));
        Assert.Contains(nameof(ComeBackAfterLeavingAsync), name, StringComparison.Ordinal);

        static async Task ComeBackAfterLeavingAsync()
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            await Task.Yield();
        }
    }
}
