// A small server of Centrifugo's protocol, made of the library that Centrifugo itself is made of. Every client may subscribe and publish;
// who brings a token needs a good one (JWT with HS256), who brings none is anonymous. Prints the address it listens on.
package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/centrifugal/centrifuge"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address and port; port 0 takes a free one")
	secret := flag.String("secret", "secret", "signs the tokens of clients")
	apiKey := flag.String("api-key", "api-key", "X-API-Key of POST /api/publish and /api/info")
	ping := flag.Duration("ping", 25*time.Second, "time between the pings of the server")
	flag.Parse()

	// A viewer may fall so far behind before it is sent away.
	node, err := centrifuge.New(centrifuge.Config{ClientQueueMaxSize: 16 << 20})
	must(err)
	node.OnConnecting(func(_ context.Context, event centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		user, ok := userOf(event.Token, *secret)
		if !ok {
			return centrifuge.ConnectReply{}, centrifuge.DisconnectInvalidToken
		}
		return centrifuge.ConnectReply{Credentials: &centrifuge.Credentials{UserID: user}}, nil
	})
	node.OnConnect(func(client *centrifuge.Client) {
		client.OnSubscribe(func(_ centrifuge.SubscribeEvent, done centrifuge.SubscribeCallback) {
			done(centrifuge.SubscribeReply{}, nil)
		})
		client.OnPublish(func(_ centrifuge.PublishEvent, done centrifuge.PublishCallback) {
			done(centrifuge.PublishReply{}, nil)
		})
	})
	must(node.Run())

	pings := centrifuge.PingPongConfig{PingInterval: *ping, PongTimeout: *ping / 2}
	http.Handle("/connection/websocket", centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{PingPongConfig: pings}))
	http.Handle("POST /api/info", withKey(*apiKey, func(writer http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(writer, `{"result":{"nodes":[{"num_clients":%d}]}}`, node.Hub().NumClients())
	}))
	http.Handle("POST /api/publish", withKey(*apiKey, func(writer http.ResponseWriter, request *http.Request) {
		var publication struct {
			Channel string          `json:"channel"`
			Data    json.RawMessage `json:"data"`
		}
		if json.NewDecoder(request.Body).Decode(&publication) != nil || publication.Channel == "" || publication.Data == nil {
			fmt.Fprint(writer, `{"error":{"code":107,"message":"bad request"}}`)
		} else if _, err := node.Publish(publication.Channel, publication.Data); err != nil {
			fmt.Fprint(writer, `{"error":{"code":100,"message":"internal server error"}}`)
		} else {
			fmt.Fprint(writer, `{"result":{}}`)
		}
	}))
	listener, err := net.Listen("tcp4", *listen)
	must(err)
	fmt.Printf("listening on %s\n", listener.Addr())
	must(http.Serve(listener, nil))
}

// withKey serves those who know the key of the API.
func withKey(key string, serve http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		if request.Header.Get("X-API-Key") != key {
			http.Error(writer, "unauthorized", http.StatusUnauthorized)
			return
		}
		serve(writer, request)
	})
}

// userOf is the `sub` of a token that is signed with secret and has not expired; no token is an anonymous client.
func userOf(token, secret string) (string, bool) {
	if token == "" {
		return "", true
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", false
	}
	var header struct{ Alg string }
	var claims struct {
		Sub string
		Exp int64
	}
	signature := hmac.New(sha256.New, []byte(secret))
	signature.Write([]byte(parts[0] + "." + parts[1]))
	given, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !hmac.Equal(given, signature.Sum(nil)) || !decode(parts[0], &header) || !decode(parts[1], &claims) {
		return "", false
	}
	return claims.Sub, header.Alg == "HS256" && (claims.Exp == 0 || claims.Exp > time.Now().Unix())
}

func decode(part string, into any) bool {
	text, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(text, into) == nil
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
