using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SpotifyClientCredentials;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Readme;
using SpotifyClientCredentials.Tests.Support;

namespace ReadmeSnippets;

public sealed class GrpcSnippetTests
{
    private static readonly Method<byte[], byte[]> GetTrack = new(
        MethodType.Unary, "Catalogue", "GetTrack", Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes), Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes));

    [Fact]
    public async Task Grpc_WithTheTokenAsCallCredentials_SendsTheOneThatIsValidNow()
    {
        TestClock clock = new();
        await using FakeSpotify fake = await FakeSpotify.StartAsync(clock);
        HostApplicationBuilder builder = ReadmeApp.CreateBuilder(fake.ToArguments());
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSpotifyClientCredentials();
        using IHost host = builder.Build();
        const string address = "https://catalogue.example";
        using GrpcServer server = new();

        // Recipe: gRPC
        var tokens = host.Services.GetRequiredService<ClientCredentialsTokenProvider>();
        var bearer = CallCredentials.FromInterceptor(async (context, metadata) =>
        {
            var token = await tokens.GetTokenAsync(context.CancellationToken);
            metadata.Add("Authorization", $"Bearer {token.Value}");
        });
        var options = new GrpcChannelOptions { Credentials = ChannelCredentials.Create(ChannelCredentials.SecureSsl, bearer) };
        // end
        options.HttpHandler = server;
        // Recipe: gRPC
        using var channel = GrpcChannel.ForAddress(address, options);
        // end

        List<string> values = [];
        for (int hour = 0; hour < 2; hour++)
        {
            await channel.CreateCallInvoker().AsyncUnaryCall(GetTrack, host: null, new CallOptions(), []).ResponseAsync.Within();
            values.Add($"Bearer {(await tokens.GetTokenAsync()).Value}");
            clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(values, server.Authorizations);
        Assert.Equal(2, values.Distinct().Count());
    }

    /// <summary>Responds to every call with an empty message.</summary>
    private sealed class GrpcServer : HttpMessageHandler
    {
        public List<string> Authorizations { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Authorizations.Add($"{request.Headers.Authorization}");
            HttpResponseMessage response = new(HttpStatusCode.OK)
            {
                Version = HttpVersion.Version20,
                RequestMessage = request,
                Content = new ByteArrayContent(new byte[5]) { Headers = { { "Content-Type", "application/grpc" } } },
            };
            response.TrailingHeaders.Add("grpc-status", "0");
            return Task.FromResult(response);
        }
    }
}
