using SpotifyClientCredentials.Tests.Observe.Secrets;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>A caller can block the thread of a user interface or of classic ASP.NET without a deadlock: the library never needs that thread.</summary>
[Collection(NonParallel.Name)]
public sealed class SynchronizationContextTests
{
    public static TheoryData<string> Names => [.. Behaviours.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Behaviour_WithASynchronizationContext_NeverReturnsToIt(string behaviour)
    {
        await using ObservedApp app = await ObservedApp.StartAsync();
        ForeignContext context = new();

        await context.RunAsync(() => Behaviours.All[behaviour](app)).Within();

        Assert.Empty(context.Returned);
    }

    /// <summary>Proves that the test above detects a return to the context.</summary>
    [Fact]
    public async Task ForeignContext_WithAnAwaitThatReturnsToIt_ReportsItsMethod()
    {
        ForeignContext context = new();

        await context.RunAsync(ReturnAfterLeavingAsync).Within();

        string name = Assert.Single(context.ReturnedIn(typeof(SynchronizationContextTests).Assembly));
        Assert.Contains(nameof(ReturnAfterLeavingAsync), name, StringComparison.Ordinal);

        static async Task ReturnAfterLeavingAsync()
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            await Task.Yield();
        }
    }
}
