using System.Collections;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>
/// JSON is serialized while it's sent, and a sequence in it may yield its items only once. It's buffered before the first send, so that the second
/// sends the same.
/// </summary>
public class JsonContentTests
{
    private const string Address = "https://api.spotify.com/v1/x";

    public static TheoryData<string, Func<OneShot, HttpContent>> Contents => new()
    {
        { "sequence", items => JsonContent.Create<IEnumerable<int>>(items) },
        { "sequence inside an object", items => JsonContent.Create(new { Uris = (IEnumerable<int>)items }) },
        { "part", items => new MultipartFormDataContent { { JsonContent.Create<IEnumerable<int>>(items), "json" }, { new StringContent("x"), "text" } } },
        { "nested part", items => new MultipartContent { new MultipartContent { JsonContent.Create<IEnumerable<int>>(items) } } },
    };

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task Send_With401AndASequenceThatCanBeReadOnce_SendsTheSameTwice(string kind, Func<OneShot, HttpContent> create)
    {
        foreach (bool isAsync in new[] { true, false })
        {
            OneShot items = new();
            using BearerPipeline pipeline = BearerPipeline.Rejecting("token-1");
            using HttpRequestMessage request = new(HttpMethod.Post, Address) { Content = create(items) };

            using HttpResponseMessage response = await pipeline.SendAsync(request, isAsync);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(2, pipeline.Api.Sent.Count);
            Assert.Contains("[1,2,3]", Encoding.UTF8.GetString(pipeline.Api.Sent[0].Body), StringComparison.Ordinal);
            Assert.True(pipeline.Api.Sent[0].Body.SequenceEqual(pipeline.Api.Sent[1].Body), kind);
            Assert.Equal(1, items.Reads);
        }
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task Send_WithTheToken_ReadsJsonBeforeTheFirstSend(string kind, Func<OneShot, HttpContent> create) =>
        await AssertReadsBeforeSendAsync(kind, create, Address, authorization: null, expected: 1);

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task Send_WithoutTheToken_ReadsNothingBeforeTheSend(string kind, Func<OneShot, HttpContent> create)
    {
        await AssertReadsBeforeSendAsync(kind, create, "https://elsewhere.example/", authorization: null, expected: 0);
        await AssertReadsBeforeSendAsync(kind, create, Address, authorization: "Bearer users-own-token", expected: 0);
    }

    [Fact]
    public async Task Send_JsonBesideAStream_ReadsNothingBeforeTheSend() => await AssertReadsBeforeSendAsync(
        "JSON beside a stream",
        items => new MultipartContent { JsonContent.Create<IEnumerable<int>>(items), new StreamContent(new MemoryStream([1])) },
        Address,
        authorization: null,
        expected: 0);

    [Fact]
    public async Task SendAsync_JsonThatCannotBeSerialized_ThrowsAndSendsNothing()
    {
        using BearerPipeline pipeline = new();
        using HttpRequestMessage request = new(HttpMethod.Post, Address) { Content = JsonContent.Create(typeof(string)) };

        await Assert.ThrowsAsync<NotSupportedException>(() => pipeline.SendAsync(request));

        Assert.Empty(pipeline.Api.Sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_JsonThatTakesLongToSerialize_ThenWaitsForTheTokenAsUsual(bool isAsync)
    {
        using BearerPipeline pipeline = new();
        using HttpRequestMessage request = new(HttpMethod.Post, Address) { Content = JsonContent.Create(Items()) };

        using HttpResponseMessage response = await pipeline.SendAsync(request, isAsync);

        Assert.Equal("[1]", Encoding.UTF8.GetString(Assert.Single(pipeline.Api.Sent).Body));

        IEnumerable<int> Items()
        {
            pipeline.Clock.Advance(TimeSpan.FromMinutes(1));
            yield return 1;
        }
    }

    [Fact]
    public async Task SendAsync_CancelledWhileJsonIsSerialized_EndsWithoutASend()
    {
        using CancellationTokenSource cancellation = new();
        TaskCompletionSource hasBegun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using BearerPipeline pipeline = new();
        using HttpRequestMessage request = new(HttpMethod.Post, Address) { Content = JsonContent.Create(Items()) };
        Task<HttpResponseMessage> sending = pipeline.SendAsync(request, cancellationToken: cancellation.Token);
        await hasBegun.Task.Within();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending).Within();
        Assert.Empty(pipeline.Api.Sent);

        async IAsyncEnumerable<int> Items()
        {
            hasBegun.SetResult();
            await new TaskCompletionSource().Task;
            yield return 1;
        }
    }

    private static async Task AssertReadsBeforeSendAsync(string kind, Func<OneShot, HttpContent> create, string address, string? authorization, int expected)
    {
        foreach (bool isAsync in new[] { true, false })
        {
            foreach (bool isCached in new[] { true, false })
            {
                OneShot items = new();
                Before before = new(() => items.Reads);
                using BearerPipeline pipeline = new(createInner: api => before.Around(api));
                _ = isCached ? await pipeline.Provider.GetTokenAsync() : null;
                using HttpRequestMessage request = new(HttpMethod.Post, address) { Content = create(items) };
                _ = authorization is null || request.Headers.TryAddWithoutValidation("Authorization", authorization);

                using HttpResponseMessage response = await pipeline.SendAsync(request, isAsync);

                Assert.True(expected == before.Seen, kind);
                Assert.Equal(1, items.Reads);
            }
        }
    }

    /// <summary>A sequence that yields its items once, as a database reader does.</summary>
    public sealed class OneShot : IEnumerable<int>
    {
        public int Reads { get; private set; }

        public IEnumerator<int> GetEnumerator() => (Reads++ == 0 ? [1, 2, 3] : (List<int>)[]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>An inner handler that notes a number before each send.</summary>
    private sealed class Before(Func<int> read) : DelegatingHandler
    {
        public int? Seen { get; private set; }

        public Before Around(HttpMessageHandler inner)
        {
            InnerHandler = inner;
            return this;
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen = read();
            return base.Send(request, cancellationToken);
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen = read();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
